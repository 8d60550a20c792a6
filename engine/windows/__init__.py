"""Windows (窗口): their register, who sits at which, and the daily ledger of what was done at each."""
