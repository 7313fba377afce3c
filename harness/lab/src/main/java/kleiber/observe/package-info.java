/** From logs to one table of observations, under stated conventions. */
package kleiber.observe;
