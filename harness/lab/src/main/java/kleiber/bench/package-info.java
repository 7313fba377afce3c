/** Measures how fast this machine trains: tokens per second, share of its peak, time by kernel. */
package kleiber.bench;
