"""The only code that changes state: one function is one user action is one transaction.

A service takes the transaction first (`Store.write` hands it in) and everything else by name. The functions that
drive a long action over several transactions (`import_items`, `run_consensus`) take the store itself.
"""
