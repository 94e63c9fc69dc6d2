"""WHO IS CHASED: the ladder of letters about a month that is not filed."""
