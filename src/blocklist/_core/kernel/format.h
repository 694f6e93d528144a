/* format.h: every number of the image format, once for C. docs/image-format.md says what each
 * means; image/layout.py holds the same for Python under the same names without BLK_, and a test
 * compares the two. X_AT is the offset of a field in its record, X_SIZE the octets of a record. */
#ifndef BLK_FORMAT_H
#define BLK_FORMAT_H

/* ---- the file ---------------------------------------------------------------------------- */

#define BLK_MAGIC "\211blk\r\n\032\n"
#define BLK_VERSION 3u
#define BLK_ALIGNMENT 64u /* of a section */
#define BLK_MAX_SECTIONS 256u
#define BLK_SECTION_NAME_SIZE 16u

#define BLK_HEADER_MAGIC_AT 0u
#define BLK_HEADER_VERSION_AT 8u
#define BLK_HEADER_SECTIONS_AT 12u
#define BLK_HEADER_LENGTH_AT 16u
#define BLK_HEADER_CHECKSUM_AT 24u
#define BLK_HEADER_ZERO_AT 56u
#define BLK_HEADER_SIZE 64u
#define BLK_CHECKSUM_SIZE 32u

/* The table of sections follows the header. */
#define BLK_TABLE_ROW_NAME_AT 0u
#define BLK_TABLE_ROW_OFFSET_AT 16u
#define BLK_TABLE_ROW_LENGTH_AT 24u
#define BLK_TABLE_ROW_SIZE 32u

#define BLK_SECTION_TRIE "trie"
#define BLK_SECTION_LINES "lines"
#define BLK_SECTION_GATES "gates"
#define BLK_SECTION_FILTER "filter"
#define BLK_SECTION_LABELS "labels"
#define BLK_SECTION_RANKS "ranks"
#define BLK_SECTION_POOL "pool"
#define BLK_SECTION_PATTERNS "patterns"
#define BLK_SECTION_AUTOMATON "automaton"
#define BLK_SECTION_URLS "urls"
#define BLK_SECTION_ADDRESSES "addresses"
#define BLK_SECTION_GROUNDS "grounds"
#define BLK_SECTION_RAW_TEXTS "raw-texts"
#define BLK_SECTION_ORDERS "orders"
#define BLK_SECTION_META "meta"

/* ---- names ------------------------------------------------------------------------------- */

#define BLK_MAX_NAME_OCTETS 253 /* dots included, no final dot */
#define BLK_MAX_LABEL_OCTETS 63
#define BLK_MAX_LABELS 127

/* Which rules stand at a name: one bit each; exceptions are shifted. */
#define BLK_EXACT 1u
#define BLK_SUBTREE 2u
#define BLK_BELOW 4u
#define BLK_ALLOW_SHIFT 3u
#define BLK_ALL_FLAGS 63u

/* ---- section "trie" ----------------------------------------------------------------------- */

#define BLK_TRIE_SEED_AT 0u
#define BLK_TRIE_LINES_AT 8u
#define BLK_TRIE_GATES_AT 12u
#define BLK_TRIE_WORDS_AT 16u
#define BLK_TRIE_RULES_AT 20u
#define BLK_TRIE_FIRST_LEVEL_AT 24u
#define BLK_TRIE_LAST_LEVEL_AT 28u
#define BLK_TRIE_REACH_AT 32u
#define BLK_TRIE_EXCEPTIONS_AT 36u
#define BLK_TRIE_ZERO_AT 40u
#define BLK_TRIE_SIZE 64u
#define BLK_MAX_FIRST_LEVEL 2u
#define BLK_MAX_REACH 16u /* pairs of lines that one group may spread over */

/* ---- the hash ---------------------------------------------------------------------------- */

#define BLK_HASH_KEYS 6
#define BLK_HASH_BLOCK 32u /* octets that are mixed at a time */
#define BLK_HASH_SPREAD 0x9E3779B97F4A7C15u
#define BLK_HASH_MIX_1 0xBF58476D1CE4E5B9u
#define BLK_HASH_MIX_2 0x94D049BB133111EBu
#define BLK_HASH_KEY_BITS 0x8080808080808080u /* which every key has */
#define BLK_HASH_DISPLACE 0x9E3779B1u

/* ---- sections "gates" and "filter" --------------------------------------------------------- */

#define BLK_GATE_SIZE 4u
#define BLK_GATE_BITS 24u /* of the filter in it; the displacement stands above them */
#define BLK_WORD_SIZE 8u
#define BLK_PLACE_BITS 6u         /* of the spread hash for each bit that is set or asked for */
#define BLK_GATE_PLACES_AT 58u    /* where the first of two places lies, the next below it */
#define BLK_PRESENT_PLACES_AT 46u /* of three */
#define BLK_HEAVY_PLACES_AT 28u   /* of three */

/* ---- sections "lines", "labels", "ranks" and "pool" ------------------------------------------ */

#define BLK_LINE_HEAD_AT 0u
#define BLK_LINE_USED_AT 1u
#define BLK_LINE_ENTRIES_AT 2u
#define BLK_LINE_SIZE 64u
#define BLK_LINE_ROOM 62u      /* octets of entries */
#define BLK_LINE_GOES_ON 0x80u /* in the head: groups may go on in another line */
#define BLK_LINE_RULES 0x7fu   /* in the head: how many rules the line holds */

/* The key follows an entry's two octets, and flags may follow the key. */
#define BLK_ENTRY_HEAD_AT 0u
#define BLK_ENTRY_CODE_AT 1u
#define BLK_ENTRY_SIZE 2u
#define BLK_KEY_LENGTH 63u /* in the head: octets of the key, */
#define BLK_KEY_POOLED 63u /* or that it is in the pool, at the offset that stands in its place */
#define BLK_MAX_INLINE_KEY 59u
#define BLK_FLAGS_FOLLOW 0x80u /* in the head; without it the flags are SUBTREE */
#define BLK_POOL_OFFSET_SIZE 4u

#define BLK_LABEL_TEXT_AT 0u
#define BLK_LABEL_LENGTH_AT 7u
#define BLK_LABEL_SIZE 8u
#define BLK_MAX_LAST_LABEL 7u
#define BLK_MAX_CODES 255u

#define BLK_LINES_A_RANK 16u
#define BLK_RANK_SIZE 4u

/* ---- section "automaton" ------------------------------------------------------------------- */

#define BLK_AUTOMATON_STATES_AT 0u
#define BLK_AUTOMATON_EDGES_AT 4u
#define BLK_AUTOMATON_OUTPUTS_AT 8u
#define BLK_AUTOMATON_PATTERNS_AT 12u
#define BLK_AUTOMATON_TEXT_AT 16u
#define BLK_AUTOMATON_ZERO_AT 20u
#define BLK_AUTOMATON_SIZE 32u

#define BLK_STATE_EDGES_AT 0u
#define BLK_STATE_FAILURE_AT 4u
#define BLK_STATE_OUTPUTS_AT 8u
#define BLK_STATE_LINK_AT 12u
#define BLK_STATE_SIZE 16u

#define BLK_EDGE_SIZE 4u
#define BLK_EDGE_TARGET_SHIFT 8u /* below it stands the octet */
#define BLK_OUTPUT_SIZE 4u

#define BLK_PATTERN_TEXT_AT 0u
#define BLK_PATTERN_LENGTH_AT 4u
#define BLK_PATTERN_ALLOW_AT 5u
#define BLK_PATTERN_LITERAL_AT 6u
#define BLK_PATTERN_LITERAL_LENGTH_AT 7u
#define BLK_PATTERN_SIZE 8u

/* ---- section "grounds" --------------------------------------------------------------------- */

#define BLK_GROUNDS_RULES_AT 0u
#define BLK_GROUNDS_GROUNDS_AT 4u
#define BLK_GROUNDS_SETS_AT 8u
#define BLK_GROUNDS_MEMBERS_AT 12u
#define BLK_GROUNDS_RAWS_AT 16u
#define BLK_GROUNDS_SET_BITS_AT 20u
#define BLK_GROUNDS_START_BITS_AT 21u
#define BLK_GROUNDS_ORDER_BITS_AT 22u
#define BLK_GROUNDS_LINE_BITS_AT 23u
#define BLK_GROUNDS_RAW_BITS_AT 24u
#define BLK_GROUNDS_ZERO_AT 25u
#define BLK_GROUNDS_SIZE 32u
#define BLK_PART_ALIGNMENT 8u /* of the parts that follow */
#define BLK_GROUNDS_END 8u    /* octets of zero behind the last part */
#define BLK_MAX_BITS 32u      /* of a packed number */
#define BLK_BITS_A_RANK 512u

/* ---- how a trie is built; its readers need none of these ------------------------------------- */

#define BLK_SEEDS 32u        /* that are tried */
#define BLK_SEED_GROWTH 8u   /* each seed adds this part of the lines, as 1 / SEED_GROWTH */
#define BLK_FILL_PERCENT 82u /* of the room in lines that is used */
#define BLK_GROUPS_A_GATE 5u
#define BLK_BITS_A_GROUP 5u /* of the filter */
#define BLK_MAX_GATE_GROUPS 48u
#define BLK_MAX_GATE_OCTETS 4095u /* of one gate's groups, as far as they are told apart */
#define BLK_DISPLACEMENTS 256u

#endif
