"""Programs that run on an ISP's own machine and let nothing out but references, times and counts.

They stand alone: nothing here imports the portal, and they reach no network of their own accord.
"""
