"""What providers do wrong, everywhere it can happen: generated, run on a real wire, held to written rules."""
