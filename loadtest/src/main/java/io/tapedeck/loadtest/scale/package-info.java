/** What a load of any size asks of each part, and what that costs: a simulation, and prices. */
package io.tapedeck.loadtest.scale;
