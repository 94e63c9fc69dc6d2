"""Who gets where: the table, asked whole."""
