"""The place: which kinds of places, streets, actors and destinations lie around the site."""
