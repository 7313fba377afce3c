/** Token ids in batches [B, T] from a corpus that is split once and for all. */
package kleiber.data;
