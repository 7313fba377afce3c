/** Every kernel and optimizer of an engine beside the judge: how far off it is, and how fast. */
package kleiber.engine.trial;
