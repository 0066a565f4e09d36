"""Training: data, networks, recipes, evaluation, export. The only place that knows torch."""
