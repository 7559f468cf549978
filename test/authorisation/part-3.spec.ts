import { authorisationMatrix } from '../support/authorisation-matrix.js';

authorisationMatrix(3, 4);
