"""Cases from acceptance to completion: tasks, sign-offs, journal, risk, deadlines, receipts."""
