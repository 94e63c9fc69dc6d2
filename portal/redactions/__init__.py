"""WHAT MUST NOT STAND: values that somebody asks to withhold, and another person decides on."""
