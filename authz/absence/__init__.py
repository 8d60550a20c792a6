"""Who is away, and who signs in his place: leaves, left desks, stand-ins, named signers."""
