/** How log lines look. */
package io.tapedeck.server.logging;
