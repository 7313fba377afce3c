/** Does the runs that are not yet done, on the devices there are, and keeps their logs. */
package kleiber.run;
