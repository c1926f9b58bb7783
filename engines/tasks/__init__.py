"""One file per thing a user asks for; numpy in, numpy out."""
