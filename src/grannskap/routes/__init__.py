"""How residents walk: the network, where they are on it, where they go, and which ways they take."""
