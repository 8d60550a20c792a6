"""The one notice (一次性告知): everything that lacks, said once, and who lets a later one go."""
