package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What happens to a campaign's server, or to what it stands on, while recorders send. Used by one thread. */
interface Disturbance {
    /**
     * Disturbs a server that is running and ready; leaves it running, and what it stands on too.
     *
     * @param counts of the recorders, for whoever waits for something to be acked
     */
    void run(CampaignServer server, ServerProbe probe, Counts counts) throws Exception;

    /** Adds to the campaign's result what has been done. */
    void describe(ObjectNode result);
}
