/**
 * Recorded events as bytes of JSON: read in one pass without building trees, checked, counted, and searched for what makes
 * markers. Nothing here knows of sessions or storage. Inputs are hostile: depth, number and lengths are bounded.
 */
package io.tapedeck.store.event;
