"""WHAT IS DECLARED: the monthly return, its figures, statement, filings and standing."""
