"""The fuzz target of the readers: `make fuzz`. Its checks also run, on a few hundred inputs, in the tests."""
