"""Recipes beside the classifying one (``training.recipe``): what is trained before it."""
