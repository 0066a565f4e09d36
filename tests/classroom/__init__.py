"""A procedural classroom: rendered students with exact ground truth, for tests and the demo.

Everything seen is computed here with numpy and OpenCV; no picture of anyone is used. It is a
regression fixture and no evidence of accuracy on real people.
"""
