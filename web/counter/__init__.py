"""The teller's desk (柜台): find a business, see whom it is for, fill in, check, accept, next client."""
