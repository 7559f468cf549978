import { authorisationMatrix } from '../support/authorisation-matrix.js';

authorisationMatrix(4, 4);
