"""The compliance portal: one month of one ISP, from what was asked to what is verified."""
