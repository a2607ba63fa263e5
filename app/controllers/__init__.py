"""What happens when a control is touched: between the widgets and the engine, one subject a module."""
