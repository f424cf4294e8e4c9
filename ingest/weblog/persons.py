"""What tells of a person in a text: patterns that `re` and PostgreSQL both know."""

LONG_NUMBER = r"\+?\d(?:[ .()\-]{0,2}\d){6,}"
# In a path a long number is a product more often than a person, so it must look like
# a mobile phone, a resident's number or a card.
PHONE = (
    r"(?<!\d)(?:(?:\+?82[ .\-]?0?|0)1[016-9](?:[ .\-]?\d{4}|[ .\-]\d{3})[ .\-]?\d{4}"
    r"|\+[1-9]\d{0,2}(?:[ .()\-]{0,2}\d){7,12})(?!\d)"
)
RESIDENT = r"(?<!\d)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-[1-8]\d{6}(?!\d)"
CARD = r"(?<!\d)[3-6]\d{3}([ \-]?)\d{4}\1\d{4}\1\d{3,4}(?!\d)"
SIGNED_TOKEN = r"eyJ[\w\-]{8,}\.[\w\-]+(?:\.[\w\-]*)?"
TOKEN_WORD = r"(?=[\w\-]*[0-9])(?=[\w\-]*[A-Za-z])[A-Za-z0-9_\-]{24,}"
AT = r"(?:@|%(?:25)*40)"
TEXT_LENGTH = 200  # of a search term, and of a campaign's parameter
