/** A grid that is being trained, as its folder tells it from moment to moment; and as a page. */
package kleiber.live;
