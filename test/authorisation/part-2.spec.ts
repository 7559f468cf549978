import { authorisationMatrix } from '../support/authorisation-matrix.js';

authorisationMatrix(2, 4);
