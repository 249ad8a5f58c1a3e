/** Results as drawings. */
package io.tapedeck.loadtest.plot;
