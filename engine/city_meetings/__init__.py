"""The register of city meetings (处务会议), from the agenda to the head's closing."""
