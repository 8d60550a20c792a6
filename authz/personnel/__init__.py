"""Taking on staff: accounts opened and closed, posts given and taken, relatives declared."""
