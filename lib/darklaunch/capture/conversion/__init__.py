"""Values in the contract's types, from whatever types a tool wrote them in; none is changed on the way."""
