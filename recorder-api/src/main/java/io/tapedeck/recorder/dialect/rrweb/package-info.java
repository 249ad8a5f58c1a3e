/** Plain rrweb: events in a JSON array, packed or not, with the session's and the window's id in the query. */
package io.tapedeck.recorder.dialect.rrweb;
