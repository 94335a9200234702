// "luzhi:say-form": the same say(), knowing the form editor's words before the editor's own module is read.
import { learn, say } from "./say.js";
import { BY_HAND, EDITOR, VIEWER } from "./zh-form.js";

learn({ ...VIEWER, ...EDITOR, ...BY_HAND });

export { say };
