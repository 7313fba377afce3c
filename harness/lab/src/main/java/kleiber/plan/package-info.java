/** What a grid will cost, what it will tell, and which runs to do next. */
package kleiber.plan;
