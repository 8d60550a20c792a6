"""The keys people sign with: kept sealed here or held elsewhere, certified, registered."""
