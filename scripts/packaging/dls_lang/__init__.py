"""What Python programs know of dls: colours for Pygments."""
