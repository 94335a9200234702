// What only people with an account meet: the inbox, desks, talk about a case. Enhancements, as in site.js.
import "./ranking.js";
import "./picking.js";
import "./inbox.js";
import "./colleagues.js";
import "./scoring.js";
import "./deciding.js";
import "./running.js";
