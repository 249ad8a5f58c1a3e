/** What clients say they are, read from their requests: browser, system and kind of device. */
package io.tapedeck.recorder.client;
