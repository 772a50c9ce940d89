"""Who answers for digital ethics: the register, bodies, handing over, and requests for advice."""
