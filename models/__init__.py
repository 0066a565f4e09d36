"""What training produced: one folder a model, with model.onnx and card.json."""
