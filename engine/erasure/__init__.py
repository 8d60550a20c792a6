"""Erasure of a person's values by destroying his key: asked for, carried out, and what then reads so."""
