"""The product as its own process: what happens when it is killed, and to what is sent to it."""
