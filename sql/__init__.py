"""The models of chartlake, one select a file; the folder is the layer."""
