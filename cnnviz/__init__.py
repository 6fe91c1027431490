"""cnnviz: an interactive course on convolutional networks."""
