/** The program that measures a running Tapedeck: plays recordings as many recorders, and reads back what was acked. */
package io.tapedeck.loadtest;
