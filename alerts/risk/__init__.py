"""How risky a shipment is before loading, departure and arrival, and what to do about it.

In the manner of the Container Security Initiative: a score from what rules found, less a capped
discount for trusted traders, with each term in words. A person may decide otherwise, and says why.
"""
