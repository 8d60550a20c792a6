"""The rules of contribution, accounts and benefits as pure functions, each with its derivation."""
